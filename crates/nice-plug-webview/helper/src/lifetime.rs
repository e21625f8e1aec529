//! Ending together: this process with its parent, and WebKit's processes with this one.

/// Asks the kernel to say when the parent ends, however it ends.
///
/// The kernel means the thread that started this process; the library's starting thread lives as long as it wants us.
#[allow(unsafe_code)]
pub fn end_with_parent() {
    extern "C" fn on_parent_death(_signal: libc::c_int) {
        end_group();
    }
    // SAFETY: the handler calls one async-signal-safe function, and both calls get valid arguments.
    unsafe {
        libc::signal(libc::SIGUSR2, on_parent_death as *const () as libc::sighandler_t);
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGUSR2);
    }
}

/// Ends this process and every one that it has started, at once. They share a process group, which the library made.
#[allow(unsafe_code)]
pub fn end_group() -> ! {
    // SAFETY: plain system calls. The group is checked, because a program started by hand shares that of its shell.
    unsafe {
        if libc::getpgrp() == libc::getpid() {
            libc::kill(0, libc::SIGKILL);
        }
        libc::_exit(0)
    }
}
