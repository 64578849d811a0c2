//! The Kafka engine: one OS thread's consumer, transactional producer and restores over a cluster.
