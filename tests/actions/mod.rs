pub mod dues;
mod import;
pub mod tests;
