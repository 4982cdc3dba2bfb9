package holdfast.access;

import java.util.Locale;

/// What somebody of the staff may do. Each includes those before it.
public enum Role {
    /// Looks, and changes nothing.
    VIEWER,
    /// Ships, refunds, counts stock, works the work list.
    STAFF,
    /// Says who may do what: staff and API keys.
    ADMIN;

    /// Its stable name: `admin`.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Role of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }

    /// Whether who has this role may do what takes the other.
    public boolean includes(Role other) {
        return compareTo(other) >= 0;
    }
}
