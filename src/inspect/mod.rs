//! What a file is and how it would be read: its form, its columns, the fields they feed, what is missing and what that
//! costs; from it a profile. Nothing is loaded here.

pub mod column;
pub mod matching;
mod similar;
mod wide;
