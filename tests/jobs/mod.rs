mod runner;
mod weekly_mail;
