mod dues;
pub mod tests;
