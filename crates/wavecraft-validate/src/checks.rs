//! The checks, one module for each: what it means, and how it is tried.

pub mod allocations;
pub mod block_sizes;
pub mod broken_states;
pub mod bypass;
pub mod editor;
pub mod identity;
pub mod in_place;
pub mod invalid_samples;
pub mod latency;
pub mod linked_libraries;
pub mod notes;
pub mod parameter_ids;
pub mod repeatable;
pub mod sample_rates;
pub mod silence;
pub mod state_round_trip;
pub mod text_round_trip;
