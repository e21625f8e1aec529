//! One file for each measurement; each returns its figures, those of its yardsticks among them.

pub mod accuracy;
pub mod chain;
pub mod loading;
pub mod meters;
pub mod page;
pub mod plugin;
pub mod processors;
pub mod protocol;
pub mod repeat;
pub mod websocket;
