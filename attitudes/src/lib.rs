//! What lies behind a set of items.
