//! Flushing of denormal numbers while a plugin processes.
//!
//! Decaying filters and reverbs end in denormals, numbers so small that many CPUs handle each of them in microcode, a
//! hundred times slower than others. Hosts are not obliged to switch them off, so the driver does it itself, and so do
//! plugins inside of nice-plug's wrappers, which flush results alone: a denormal that the host hands over would still cost
//! its time in every computation.

/// Does the work with the CPU treating denormal numbers as zero, on this thread; then puts back what was set before, after
/// a panic as well. On architectures without such a switch, and under Miri, it only does the work.
///
/// # Realtime safety
///
/// As safe as the work: two accesses to a control register of the CPU before it, one after it.
#[inline]
pub fn without_denormals<T>(work: impl FnOnce() -> T) -> T {
    #[cfg(all(not(miri), any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64")))]
    #[allow(unsafe_code, reason = "a control register of the CPU is changed")]
    // SAFETY: the compiler reckons with denormals that are kept. What it computes in advance may thus differ from what the
    // CPU computes, by less than the smallest normal number, and no memory access depends on so small a difference.
    return unsafe { no_denormals::no_denormals(work) };

    #[cfg(not(all(not(miri), any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64"))))]
    work()
}

#[cfg(all(test, not(miri), any(target_arch = "x86_64", target_arch = "aarch64")))]
mod tests {
    use std::hint::black_box;

    use super::*;

    /// A denormal result of normal operands; the optimizer must compute it neither in advance nor later.
    fn tiny_product() -> f32 {
        black_box(black_box(f32::MIN_POSITIVE) * black_box(0.25))
    }

    /// A normal result of a denormal operand.
    fn scaled_denormal() -> f32 {
        black_box(black_box(f32::from_bits(1)) * black_box(1.0e30))
    }

    #[test]
    fn denormals_are_zero_during_the_work() {
        assert!(tiny_product() > 0.0 && scaled_denormal() > 0.0, "denormals exist before");
        let (result, of_denormal) = without_denormals(|| (tiny_product(), scaled_denormal()));
        assert!(result == 0.0, "a denormal result is flushed");
        assert!(of_denormal == 0.0, "a denormal operand counts as zero");
        assert!(tiny_product() > 0.0 && scaled_denormal() > 0.0, "denormals exist again");
    }

    #[test]
    fn work_within_work_leaves_the_outer_one_without_denormals() {
        let result = without_denormals(|| {
            without_denormals(|| ());
            tiny_product()
        });
        assert!(result == 0.0);
        assert!(tiny_product() > 0.0);
    }

    #[test]
    fn denormals_exist_again_after_a_panic() {
        let result = std::panic::catch_unwind(|| without_denormals(|| panic!("while flushing")));
        assert!(result.is_err());
        assert!(tiny_product() > 0.0 && scaled_denormal() > 0.0);
    }
}
