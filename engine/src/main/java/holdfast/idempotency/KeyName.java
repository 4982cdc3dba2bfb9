package holdfast.idempotency;

import java.util.Comparator;

/// An idempotency key where it means something: who asks for which operation (`scope`), and the key itself.
public record KeyName(String scope, String key) implements Comparable<KeyName> {

    private static final Comparator<KeyName> ORDER =
            Comparator.comparing(KeyName::scope).thenComparing(KeyName::key);

    @Override
    public int compareTo(KeyName other) {
        return ORDER.compare(this, other);
    }
}
