mod asset_lists;
mod backup;
mod bad_backup;
mod due_list;
mod schema;
mod scope;
mod tampering;
mod verify;
