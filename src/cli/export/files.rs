//! The files of an export. They are written under temporary names, such as `orders.csv.partial`, and renamed when all of
//! them are complete and on disk, so that an interrupted export leaves no file that looks complete.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use csv::{Terminator, Writer, WriterBuilder};

use crate::cli::Failure;
use crate::cli::csv_files::{CUSTOMERS, CsvColumn, CsvFile, ORDER_ITEMS, ORDERS, PRODUCTS};
use crate::cli::export::records::FieldBytes;
use crate::config::Overwrite;

/// The directory of an export. Removed when dropped if the export created it, unless it is kept.
pub struct ExportFolder {
    path: PathBuf,
    is_new: bool,
}

impl ExportFolder {
    /// Creates the directory if it does not exist. Returns an error if it has files other than those that an
    /// interrupted export left, unless these may be overwritten.
    pub fn open(path: &Path, overwrite: Overwrite) -> Result<Self, Failure> {
        match fs::read_dir(path) {
            Ok(entries) => {
                for entry in entries {
                    let name = entry.map_err(|error| failed(path, &error))?.file_name();
                    let is_leftover = CsvFile::ALL.iter().any(|file| name == *partial_name(*file));
                    if !overwrite.force && !is_leftover {
                        return Err(Failure::FolderNotEmpty { folder: path.to_owned() });
                    }
                }
                Ok(Self { path: path.to_owned(), is_new: false })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(path).map_err(|error| failed(path, &error))?;
                Ok(Self { path: path.to_owned(), is_new: true })
            }
            Err(error) => Err(failed(path, &error)),
        }
    }

    /// Keeps the directory when this is dropped.
    pub fn keep(mut self) {
        self.is_new = false;
    }
}

impl Drop for ExportFolder {
    fn drop(&mut self) {
        if self.is_new {
            // Fails if another program has put files into it, which are kept.
            let _ = fs::remove_dir(&self.path);
        }
    }
}

/// The four files while they are written.
pub struct ExportFiles {
    folder: PathBuf,
    /// `customers.csv`.
    pub customers: OutputFile<{ CUSTOMERS.len() }>,
    /// `products.csv`.
    pub products: OutputFile<{ PRODUCTS.len() }>,
    /// `orders.csv`.
    pub orders: OutputFile<{ ORDERS.len() }>,
    /// `order_items.csv`.
    pub items: OutputFile<{ ORDER_ITEMS.len() }>,
}

impl ExportFiles {
    /// Creates the files under their temporary names, and writes the headers.
    pub fn create(folder: &ExportFolder) -> Result<Self, Failure> {
        let folder = folder.path.clone();
        Ok(Self {
            customers: OutputFile::create(&folder, CsvFile::Customers, &CUSTOMERS)?,
            products: OutputFile::create(&folder, CsvFile::Products, &PRODUCTS)?,
            orders: OutputFile::create(&folder, CsvFile::Orders, &ORDERS)?,
            items: OutputFile::create(&folder, CsvFile::OrderItems, &ORDER_ITEMS)?,
            folder,
        })
    }

    /// Writes the files to disk and renames them. Earlier files are removed before the first of them is renamed, so that
    /// files of different exports are never mixed.
    pub fn finish(self) -> Result<(), Failure> {
        let Self { folder, customers, products, orders, items } = self;
        let complete = [customers.sync()?, products.sync()?, orders.sync()?, items.sync()?];
        for file in &complete {
            match fs::remove_file(&file.complete) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(failed(&file.complete, &error));
                }
                _ => {}
            }
        }
        for file in complete {
            file.rename()?;
        }
        // The names are on disk too. Not every file system can synchronise a directory.
        if let Ok(folder) = File::open(&folder) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

/// A file that is written. Dropping it removes it.
pub struct OutputFile<const N: usize> {
    partial: PartialFile,
    writer: Writer<File>,
}

impl<const N: usize> OutputFile<N> {
    fn create(folder: &Path, file: CsvFile, columns: &[CsvColumn; N]) -> Result<Self, Failure> {
        let (partial, disk_file) = PartialFile::create(folder, file)?;
        let writer = WriterBuilder::new()
            .terminator(Terminator::Any(b'\n'))
            .buffer_capacity(1 << 16)
            .from_writer(disk_file);
        let mut output = Self { partial, writer };
        output.write(columns.map(|column| FieldBytes::Borrowed(column.name.as_bytes())))?;
        Ok(output)
    }

    /// Writes a record.
    pub fn write(&mut self, fields: [FieldBytes<'_>; N]) -> Result<(), Failure> {
        self.writer.write_record(fields).map_err(|error| self.partial.failed(&error.into()))
    }

    /// Writes buffered records and has the file written to disk.
    fn sync(mut self) -> Result<PartialFile, Failure> {
        let synced = self.writer.flush().and_then(|()| self.writer.get_ref().sync_all());
        synced.map_err(|error| self.partial.failed(&error))?;
        Ok(self.partial)
    }
}

/// The name of a file that is not complete yet. Dropping it removes the file.
struct PartialFile {
    partial: PathBuf,
    complete: PathBuf,
    is_renamed: bool,
}

impl PartialFile {
    /// Creates and locks the file. Replaces the file that an interrupted export left.
    fn create(folder: &Path, file: CsvFile) -> Result<(Self, File), Failure> {
        let (partial, complete) = (folder.join(partial_name(file)), folder.join(file.name()));
        let open = OpenOptions::new().write(true).create(true).truncate(false).open(&partial);
        let disk_file = open.map_err(|error| failed(&partial, &error))?;
        match disk_file.try_lock() {
            // Not every file system has locks.
            Ok(()) | Err(TryLockError::Error(_)) => {}
            Err(TryLockError::WouldBlock) => {
                let reason = "another export is writing it".to_owned();
                return Err(Failure::Write { path: partial, reason });
            }
        }
        let created = Self { partial, complete, is_renamed: false };
        disk_file.set_len(0).map_err(|error| created.failed(&error))?;
        Ok((created, disk_file))
    }

    fn rename(mut self) -> Result<(), Failure> {
        fs::rename(&self.partial, &self.complete).map_err(|error| self.failed(&error))?;
        self.is_renamed = true;
        Ok(())
    }

    fn failed(&self, error: &io::Error) -> Failure {
        failed(&self.complete, error)
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        if !self.is_renamed {
            // On failure, the name still tells that the file is not complete.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

fn partial_name(file: CsvFile) -> String {
    format!("{}.partial", file.name())
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::Write { path: path.to_owned(), reason: error.to_string() }
}
