//! Flushing of denormal numbers while a plugin processes.
//!
//! Guarantees: nothing is allocated, nothing blocks; creating and dropping the guard each read and write one CPU
//! control register. On architectures without such a register (or under Miri) the guard does nothing.
//!
//! Decaying filters and reverbs end in denormals, numbers so small that many CPUs handle each of them in microcode, a
//! hundred times slower than others. Hosts are not obliged to switch them off, so the driver does it itself.

#![allow(
    unsafe_code,
    reason = "the CPU's floating-point control register is reached by inline assembly only"
)]

use std::marker::PhantomData;

/// Has the CPU treat denormal numbers as zero, on this thread, for as long as it lives; then puts back what was set
/// before.
///
/// # Realtime safety
///
/// Made for the audio thread: two register accesses on creation, two on drop.
#[derive(Debug)]
#[must_use = "denormals are flushed only while the guard lives"]
pub struct FlushDenormals {
    previous: register::Control,
    /// The register belongs to the thread, so the guard must not leave it.
    _this_thread_only: PhantomData<*const ()>,
}

impl FlushDenormals {
    /// Starts flushing denormals on this thread.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn on_this_thread() -> Self {
        let previous = register::read();
        if previous & register::FLUSH != register::FLUSH {
            register::write(previous | register::FLUSH);
        }
        Self { previous, _this_thread_only: PhantomData }
    }
}

impl Drop for FlushDenormals {
    fn drop(&mut self) {
        if self.previous & register::FLUSH != register::FLUSH {
            // Only the flush bits go back: the others, such as sticky exception flags, may have changed since.
            register::write(register::read() & !register::FLUSH | self.previous & register::FLUSH);
        }
    }
}

#[cfg(all(not(miri), any(target_arch = "x86_64", all(target_arch = "x86", target_feature = "sse"))))]
mod register {
    use std::arch::asm;

    pub(super) type Control = u32;

    /// MXCSR bit 15, "flush to zero" (results), and bit 6, "denormals are zero" (operands).
    pub(super) const FLUSH: Control = (1 << 15) | (1 << 6);

    pub(super) fn read() -> Control {
        let mut control: Control = 0;
        // SAFETY: `stmxcsr` writes four bytes to the address of a live, aligned `u32` and changes nothing else.
        unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut control, options(nostack, preserves_flags)) };
        control
    }

    pub(super) fn write(control: Control) {
        // SAFETY: `ldmxcsr` reads four bytes from a live, aligned `u32`. The value comes from `read` with no other
        // bits changed than those of `FLUSH`, so no reserved bit is set and no exception is unmasked.
        unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const control, options(nostack, preserves_flags)) };
    }
}

#[cfg(all(not(miri), target_arch = "aarch64"))]
mod register {
    use std::arch::asm;

    pub(super) type Control = u64;

    /// FPCR bit 24, FZ: operands and results.
    pub(super) const FLUSH: Control = 1 << 24;

    pub(super) fn read() -> Control {
        let control: Control;
        // SAFETY: reading FPCR has no side effect.
        unsafe { asm!("mrs {}, fpcr", out(reg) control, options(nomem, nostack, preserves_flags)) };
        control
    }

    pub(super) fn write(control: Control) {
        // SAFETY: the value comes from `read` with no other bit changed than that of `FLUSH`.
        unsafe { asm!("msr fpcr, {}", in(reg) control, options(nostack, preserves_flags)) };
    }
}

#[cfg(any(
    miri,
    not(any(
        target_arch = "x86_64",
        all(target_arch = "x86", target_feature = "sse"),
        target_arch = "aarch64"
    ))
))]
mod register {
    pub(super) type Control = u32;

    pub(super) const FLUSH: Control = 0;

    pub(super) fn read() -> Control {
        0
    }

    pub(super) fn write(_control: Control) {}
}

#[cfg(all(test, not(miri), any(target_arch = "x86_64", target_arch = "aarch64")))]
mod tests {
    use std::hint::black_box;

    use super::*;

    /// A denormal result of normal operands; the optimizer must not compute it in advance.
    fn tiny_product() -> f32 {
        black_box(f32::MIN_POSITIVE) * black_box(0.25)
    }

    /// A normal result of a denormal operand.
    fn scaled_denormal() -> f32 {
        black_box(f32::from_bits(1)) * black_box(1.0e30)
    }

    #[test]
    fn denormals_are_zero_while_the_guard_lives() {
        assert!(tiny_product() > 0.0 && scaled_denormal() > 0.0, "denormals exist before");
        let guard = FlushDenormals::on_this_thread();
        assert!(tiny_product() == 0.0, "a denormal result is flushed");
        assert!(scaled_denormal() == 0.0, "a denormal operand counts as zero");
        drop(guard);
        assert!(tiny_product() > 0.0 && scaled_denormal() > 0.0, "denormals exist again");
    }

    #[test]
    fn an_inner_guard_leaves_the_outer_one_in_force() {
        let outer = FlushDenormals::on_this_thread();
        drop(FlushDenormals::on_this_thread());
        assert!(tiny_product() == 0.0);
        drop(outer);
        assert!(tiny_product() > 0.0);
    }

    #[test]
    fn the_register_is_as_it_was_after_a_panic() {
        let before = register::read() & register::FLUSH;
        let result = std::panic::catch_unwind(|| {
            let _guard = FlushDenormals::on_this_thread();
            panic!("while flushing");
        });
        assert!(result.is_err());
        assert_eq!(register::read() & register::FLUSH, before);
    }
}
