package holdfast.kernel;

import java.util.Locale;

/// Where the shopper is written to. Kept as typed; compared, as a customer, in lower case.
public record Email(String address) {

    public static final int LENGTH_MAX = 254; // RFC 5321, 4.5.3.1.3, less the angle brackets
    private static final char DELETE = 0x7f;
    private static final int LOCAL_PART_MAX = 64; // RFC 5321, 4.5.3.1.1

    public Email {
        if (!isValid(address)) throw new IllegalArgumentException("Not an e-mail address");
    }

    public static Email of(String address) {
        return new Email(address);
    }

    public static boolean isValid(String address) {
        int at = address.indexOf('@');
        return address.length() <= LENGTH_MAX
                && at > 0
                && at < address.length() - 1
                && at == address.lastIndexOf('@')
                && address.codePointCount(0, at) <= LOCAL_PART_MAX
                && address.chars().noneMatch(c -> c <= ' ' || c == DELETE);
    }

    /// The customer this address stands for, wherever a limit is per customer.
    public String customer() {
        return address.toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return address;
    }
}
