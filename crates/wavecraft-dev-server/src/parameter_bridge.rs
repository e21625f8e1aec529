//! Parameter values on their way from the pages to the audio thread.
//!
//! Guarantees: the values are allocated once, at the start. Reading and writing them never blocks, allocates or fails;
//! of two writes between two blocks, the audio thread sees the later one.

use atomic_float::AtomicF32;
use std::sync::atomic::Ordering;
use wavecraft_ipc::NormalizedValue;

/// One atomic value for each parameter of the plugin, in the plugin's order.
///
/// The server writes, the audio thread reads all of them at the start of each block. Values are normalized.
#[derive(Debug)]
pub struct AtomicParameterBridge {
    values: Box<[AtomicF32]>,
}

/// Both sides share the bridge, each from its own thread. Should a field ever forbid that, this no longer compiles.
const _: () = {
    const fn is_shared_between_threads<T: Send + Sync>() {}
    is_shared_between_threads::<AtomicParameterBridge>();
};

impl AtomicParameterBridge {
    /// A bridge that starts with these values. Their number never changes.
    pub fn new(values: impl IntoIterator<Item = NormalizedValue>) -> Self {
        Self { values: values.into_iter().map(|value| AtomicF32::new(value.get())).collect() }
    }

    /// How many parameters there are.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether the plugin has no parameters.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Gives the parameter at `index` a value, from the next block on. An index beyond the last is ignored.
    ///
    /// # Realtime safety
    ///
    /// Safe: one relaxed store. The parameters do not depend on one another, so no order between them is needed.
    pub fn store(&self, index: usize, value: NormalizedValue) {
        if let Some(slot) = self.values.get(index) {
            slot.store(value.get(), Ordering::Relaxed);
        }
    }

    /// Copies all values into `values`, as far as both reach.
    ///
    /// # Realtime safety
    ///
    /// Safe: one relaxed load for each parameter.
    pub fn load_into(&self, values: &mut [f32]) {
        for (value, slot) in values.iter_mut().zip(&self.values) {
            *value = slot.load(Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "what was stored comes back exactly")]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_is_read() {
        let bridge = AtomicParameterBridge::new([NormalizedValue::ZERO, NormalizedValue::ONE]);
        bridge.store(0, NormalizedValue::clamped(0.25));
        bridge.store(2, NormalizedValue::ONE);
        let mut values = [f32::NAN; 3];
        bridge.load_into(&mut values);
        assert_eq!(values[..2], [0.25, 1.0]);
        assert!(values[2].is_nan());
    }
}
