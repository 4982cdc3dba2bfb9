package holdfast.audit;

/// Something that must be true in every moment.
///
/// @param id as it is known by: a letter for what it is about and a number
/// @param promise in a few words
/// @param sql finds what breaks it: a row with one text for each; may read the [Books]
public record Invariant(String id, String promise, String sql) {}
