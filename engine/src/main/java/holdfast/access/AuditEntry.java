package holdfast.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Something that was done to run the shop.
///
/// @param seq counts them, without gaps
/// @param by what whoever did it is called; null: it is the shop itself
/// @param subject what it was done to: an id, a SKU, a code; null: to nothing in particular
/// @param before what of the subject it changed, as it was; a JSON object, or null where the subject was not
/// there
/// @param after as it is; null where it is not there any more
/// @param previous the hash of the entry before it, in hexadecimal
/// @param hash SHA-256 over all the others, in hexadecimal
public record AuditEntry(
        long seq,
        Instant at,
        Actor actor,
        @Nullable String by,
        Deed deed,
        @Nullable String subject,
        @Nullable String before,
        @Nullable String after,
        String previous,
        String hash) {}
