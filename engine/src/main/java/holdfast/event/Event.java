package holdfast.event;

import java.util.Map;
import java.util.UUID;

/// A fact about one thing.
///
/// @param aggregateType what it is about: `hold`, `order`
/// @param aggregateId which one
/// @param type the fact, in the past tense: `order.paid`
/// @param payload strings, numbers, booleans, and lists and maps of these; no personal data
public record Event(String aggregateType, UUID aggregateId, String type, Map<String, Object> payload) {}
