//! What holds for every plugin holds for the strip.

wavecraft_validate::tests!(wavecraft);
