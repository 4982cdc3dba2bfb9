package holdfast.event;

import java.time.Instant;
import java.util.UUID;

/// An [Event] that was told, as whoever listens hears it.
///
/// @param position where to go on after a break: then nothing is left out, though something may be told again
/// @param payload a JSON object
/// @param at when it was told, by the shop's clock
public record Notice(long position, String type, String aggregateType, UUID aggregateId, String payload, Instant at) {

    Notice at(long other) {
        return new Notice(other, type, aggregateType, aggregateId, payload, at);
    }
}
