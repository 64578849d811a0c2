//! What a failed call asks for: librdkafka's own classes of errors, and nothing else.
//!
//! Source: the error semantics of librdkafka's transactional producer (`rd_kafka_error_is_fatal`,
//! `rd_kafka_error_txn_requires_abort`, `rd_kafka_error_is_retriable`).

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// What a failed transaction call asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// The same call again; another one would be refused as conflicting.
    Again,
    /// Abort, roll back, rewind.
    Abort,
    /// A newer instance has our identity.
    Fenced,
    /// Nothing can go on.
    Fatal,
    /// Nobody knows: a new producer settles it.
    Doubt,
}

/// The class of a failed transaction call.
#[expect(clippy::wildcard_enum_match_arm, reason = "the errors are librdkafka's, and may grow")]
pub(crate) fn class_of(error: &KafkaError) -> Class {
    match error {
        KafkaError::Transaction(cause) if cause.is_fatal() => {
            if is_fence(cause.code()) {
                Class::Fenced
            } else {
                Class::Fatal
            }
        }
        // An abort would be followed by the same failure, for ever.
        KafkaError::Transaction(cause) if is_missing_right(cause.code()) => Class::Fatal,
        KafkaError::Transaction(cause) if cause.txn_requires_abort() => Class::Abort,
        KafkaError::Transaction(cause) if cause.is_retriable() => Class::Again,
        KafkaError::Flush(RDKafkaErrorCode::OperationTimedOut) => Class::Again,
        _ => Class::Doubt,
    }
}

/// Whether a code says that somebody else has taken our place.
pub(crate) fn is_fence(code: RDKafkaErrorCode) -> bool {
    matches!(
        code,
        RDKafkaErrorCode::Fenced
            | RDKafkaErrorCode::InvalidProducerEpoch
            | RDKafkaErrorCode::ProducerFenced
            | RDKafkaErrorCode::FencedInstanceId
    )
}

/// Whether a code says that we may not do what we have tried.
pub(crate) fn is_missing_right(code: RDKafkaErrorCode) -> bool {
    matches!(
        code,
        RDKafkaErrorCode::TopicAuthorizationFailed
            | RDKafkaErrorCode::GroupAuthorizationFailed
            | RDKafkaErrorCode::TransactionalIdAuthorizationFailed
            | RDKafkaErrorCode::ClusterAuthorizationFailed
    )
}

/// What an error of a consumer asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consumption {
    /// The client mends it.
    Passing,
    /// The log no longer holds a position.
    OutOfRange,
    /// A newer instance has our identity.
    Fenced,
    /// Nothing can go on.
    Fatal,
}

/// The class of an error of a consumer.
#[expect(clippy::wildcard_enum_match_arm, reason = "the codes are Kafka's, and grow")]
pub(crate) fn consumption_of(error: &KafkaError) -> Consumption {
    let Some(code) = error.rdkafka_error_code() else { return Consumption::Passing };
    match code {
        RDKafkaErrorCode::OffsetOutOfRange | RDKafkaErrorCode::AutoOffsetReset => {
            Consumption::OutOfRange
        }
        RDKafkaErrorCode::FencedInstanceId => Consumption::Fenced,
        RDKafkaErrorCode::UnknownTopicOrPartition
        | RDKafkaErrorCode::TopicAuthorizationFailed
        | RDKafkaErrorCode::GroupAuthorizationFailed
        | RDKafkaErrorCode::InconsistentGroupProtocol => Consumption::Fatal,
        _ if matches!(error, KafkaError::MessageConsumptionFatal(_)) => Consumption::Fatal,
        _ => Consumption::Passing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expired_flush_is_called_again_and_an_unknown_error_is_in_doubt() {
        let flush = KafkaError::Flush(RDKafkaErrorCode::OperationTimedOut);
        assert_eq!(class_of(&flush), Class::Again);
        assert_eq!(class_of(&KafkaError::Canceled), Class::Doubt);
    }

    #[test]
    fn a_lost_connection_passes_and_a_lost_position_does_not() {
        let of = |code| consumption_of(&KafkaError::MessageConsumption(code));
        assert_eq!(of(RDKafkaErrorCode::BrokerTransportFailure), Consumption::Passing);
        assert_eq!(of(RDKafkaErrorCode::PollExceeded), Consumption::Passing);
        assert_eq!(of(RDKafkaErrorCode::AutoOffsetReset), Consumption::OutOfRange);
        assert_eq!(of(RDKafkaErrorCode::UnknownTopicOrPartition), Consumption::Fatal);
        let fenced = KafkaError::MessageConsumptionFatal(RDKafkaErrorCode::FencedInstanceId);
        assert_eq!(consumption_of(&fenced), Consumption::Fenced);
    }
}
