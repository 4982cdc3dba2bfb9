package holdfast.access;

import holdfast.kernel.Email;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Somebody who works for the shop.
///
/// @param lastSeenAt null: not in the last weeks
/// @param disabledAt since when they are not let in any more; null: they are
public record StaffMember(
        UUID id,
        String name,
        Email email,
        Role role,
        Instant createdAt,
        @Nullable Instant lastSeenAt,
        @Nullable Instant disabledAt) {

    public static final int NAME_LENGTH_MAX = 100;

    public boolean isDisabled() {
        return disabledAt != null;
    }
}
