pub mod dues;
mod import;
mod test_imports;
pub mod tests;
