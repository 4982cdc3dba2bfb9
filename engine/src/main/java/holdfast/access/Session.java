package holdfast.access;

import holdfast.kernel.Email;
import java.util.UUID;

/// Somebody of the staff who is signed in, as they are just now.
public record Session(UUID staff, String name, Email email, Role role) {

    public Actor actor(UUID request) {
        return Actor.staff(staff, request);
    }
}
