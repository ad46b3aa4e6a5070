mod asset_lists;
mod due_list;
mod schema;
mod scope;
mod verify;
