mod cli;
mod command;
mod import;
mod migrate;
mod seed;
