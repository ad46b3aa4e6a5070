mod due_list;
mod schema;
mod scope;
