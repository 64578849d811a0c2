//! One commit of a group: everything staged, in one transaction.

use vigie_runtime::{CommitError, StagedRecords, Transaction, TransactionalProducer};

/// Writes everything staged, or nothing.
pub(super) fn commit<P: TransactionalProducer>(
    producer: &mut P,
    staged: &StagedRecords,
) -> Result<(), CommitError> {
    let mut transaction = producer.begin()?;
    let mut index = 0;
    while let Some(record) = staged.get(index) {
        transaction.send(record)?;
        index += 1;
    }
    transaction.commit()
}
