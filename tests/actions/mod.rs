pub mod dues;
mod import;
pub mod test_imports;
pub mod tests;
