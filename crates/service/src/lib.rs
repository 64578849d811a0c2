//! Configuration, life cycle, metrics, views and HTTP of the running services.
