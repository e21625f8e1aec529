//! A timer on the main thread, 60 times a second.

#[cfg(target_os = "macos")]
mod system {
    use std::ffi::c_void;

    use core_foundation::base::TCFType;
    use core_foundation::date::CFAbsoluteTimeGetCurrent;
    use core_foundation::runloop::{
        CFRunLoop, CFRunLoopTimer, CFRunLoopTimerContext, CFRunLoopTimerRef, kCFRunLoopCommonModes,
    };

    /// Runs until it is stopped or dropped.
    pub struct Timer {
        timer: Option<CFRunLoopTimer>,
        // Boxed twice: the timer needs a thin pointer that stays where it is.
        _callback: Box<Box<dyn Fn()>>,
    }

    impl Timer {
        /// Starts to call back on the calling thread, when its event loop runs again.
        #[allow(unsafe_code)]
        pub fn start(callback: impl Fn() + 'static) -> Option<Self> {
            let callback: Box<Box<dyn Fn()>> = Box::new(Box::new(callback));
            let mut context = CFRunLoopTimerContext {
                version: 0,
                info: (&raw const *callback).cast_mut().cast(),
                retain: None,
                release: None,
                copyDescription: None,
            };
            // SAFETY: a plain system call.
            let now = unsafe { CFAbsoluteTimeGetCurrent() };
            let timer = CFRunLoopTimer::new(now, 1.0 / 60.0, 0, 0, fire, &mut context);
            // SAFETY: a constant of the system.
            CFRunLoop::get_current().add_timer(&timer, unsafe { kCFRunLoopCommonModes });
            Some(Self { timer: Some(timer), _callback: callback })
        }

        /// Calls back no more.
        #[allow(unsafe_code)]
        pub fn stop(&mut self) {
            if let Some(timer) = self.timer.take() {
                // SAFETY: the timer exists, and its callback is freed only afterwards.
                unsafe { core_foundation::runloop::CFRunLoopTimerInvalidate(timer.as_concrete_TypeRef()) };
            }
        }
    }

    impl Drop for Timer {
        fn drop(&mut self) {
            self.stop();
        }
    }

    #[allow(unsafe_code)]
    extern "C" fn fire(_timer: CFRunLoopTimerRef, callback: *mut c_void) {
        // SAFETY: the pointer is that of the callback, which lives until the timer is invalidated, on this same thread.
        let callback = unsafe { &*callback.cast::<Box<dyn Fn()>>() };
        callback();
    }
}

#[cfg(windows)]
mod system {
    use std::cell::RefCell;
    use std::collections::HashMap;
    use std::rc::Rc;

    use windows_sys::Win32::Foundation::HWND;
    use windows_sys::Win32::UI::WindowsAndMessaging::{KillTimer, SetTimer};

    thread_local! {
        static CALLBACKS: RefCell<HashMap<usize, Rc<dyn Fn()>>> = RefCell::default();
    }

    /// Runs until it is stopped or dropped.
    pub struct Timer {
        id: usize,
    }

    impl Timer {
        /// Starts to call back on the calling thread, when its event loop runs again.
        #[allow(unsafe_code)]
        pub fn start(callback: impl Fn() + 'static) -> Option<Self> {
            // SAFETY: a plain system call, with a callback that does not end.
            let id = unsafe { SetTimer(std::ptr::null_mut(), 0, 16, Some(fire)) };
            if id == 0 {
                return None;
            }
            CALLBACKS.with_borrow_mut(|callbacks| callbacks.insert(id, Rc::new(callback)));
            Some(Self { id })
        }

        /// Calls back no more.
        #[allow(unsafe_code)]
        pub fn stop(&mut self) {
            if CALLBACKS.with_borrow_mut(|callbacks| callbacks.remove(&self.id)).is_some() {
                // SAFETY: the timer is this thread's, and has not been stopped before.
                unsafe { KillTimer(std::ptr::null_mut(), self.id) };
            }
        }
    }

    impl Drop for Timer {
        fn drop(&mut self) {
            self.stop();
        }
    }

    #[allow(unsafe_code)]
    unsafe extern "system" fn fire(_window: HWND, _message: u32, id: usize, _time_ms: u32) {
        // Cloned, so that the callback may stop its own timer.
        let callback = CALLBACKS.with_borrow(|callbacks| callbacks.get(&id).cloned());
        if let Some(callback) = callback {
            callback();
        }
    }
}

pub use system::Timer;
