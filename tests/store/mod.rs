mod schema;
mod scope;
