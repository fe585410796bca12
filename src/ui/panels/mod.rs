//! The panels round the stage: each a function of a few plain values, drawn again only when one of them changed.

pub mod application;
pub mod asked;
pub mod drill;
pub mod embed;
pub mod events;
pub mod export;
pub mod header;
pub mod help;
pub mod import;
pub mod inject;
pub mod inspector;
pub mod interventions;
pub mod lesson;
pub mod meaning;
pub mod notices;
pub mod parameters;
pub mod share;
pub mod so_far;
pub mod strip;
pub mod tables;
pub mod tabs;
pub mod teach;
pub mod transport;
pub mod update_service;
pub mod why;
