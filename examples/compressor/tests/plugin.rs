//! What every plugin must hold.

wavecraft_validate::tests!(compressor);
