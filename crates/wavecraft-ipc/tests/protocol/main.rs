//! The protocol from outside: text in, text out, and what became of the parameters.

mod changes;
mod concurrency;
mod controllers;
mod errors;
mod form;
mod gestures;
mod in_memory;
mod methods;
mod mutations;
mod notes;
mod notifications;
mod sample_plugin;
mod session;
mod signals;
