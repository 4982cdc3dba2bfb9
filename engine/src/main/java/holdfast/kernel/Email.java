package holdfast.kernel;

import java.util.Locale;
import java.util.regex.Pattern;

/// Where the shopper is written to. Kept as typed; compared, as a customer, in lower case.
public record Email(String address) {

    public static final int LENGTH_MAX = 254; // RFC 5321, 4.5.3.1.3, less the angle brackets
    private static final Pattern SHAPE = Pattern.compile("[^\\s@\\p{Cntrl}]{1,64}@[^\\s@\\p{Cntrl}]{1,253}");

    public Email {
        if (!isValid(address)) throw new IllegalArgumentException("Not an e-mail address");
    }

    public static Email of(String address) {
        return new Email(address);
    }

    public static boolean isValid(String address) {
        return address.length() <= LENGTH_MAX && SHAPE.matcher(address).matches();
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
