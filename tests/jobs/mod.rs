mod notices;
mod response_times;
mod runner;
mod weekly_mail;
