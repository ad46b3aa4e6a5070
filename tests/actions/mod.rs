mod dues;
mod tests;
