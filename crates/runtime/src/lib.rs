//! The stream runtime: processors, tasks, stores, watermarks and the commit, free of I/O.
