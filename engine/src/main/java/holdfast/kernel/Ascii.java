package holdfast.kernel;

/// Some of the ASCII characters: what a code or a key may be made of. Such shapes are checked a dozen times for
/// each order, and regular expressions took a twentieth of its time in the JVM for that.
public final class Ascii {

    /// What stands in a URL as it is (RFC 3986, 2.3), and the colon.
    public static final Ascii NAME = of("A-Za-z0-9._~:-");

    /// The alphabet of base64url (RFC 4648, 5).
    public static final Ascii BASE64_URL = of("A-Za-z0-9_-");

    public static final Ascii HEX = of("0-9A-Fa-f");

    public static final Ascii DIGITS = of("0-9");

    private static final int COUNT = 128;

    private final boolean[] has;

    private Ascii(boolean[] has) {
        this.has = has;
    }

    /// The characters of `ranges`, written as in a regular expression: `a-z_` are 27. A hyphen that stands for
    /// itself comes last.
    static Ascii of(String ranges) {
        boolean[] has = new boolean[COUNT];
        for (int i = 0; i < ranges.length(); i++) {
            boolean isRange = i + 2 < ranges.length() && ranges.charAt(i + 1) == '-';
            char last = ranges.charAt(isRange ? i + 2 : i);
            for (char c = ranges.charAt(i); c <= last; c++) has[c] = true;
            if (isRange) i += 2;
        }
        return new Ascii(has);
    }

    /// Whether `text` has from `least` to `most` characters, all of these.
    public boolean spell(String text, int least, int most) {
        return text.length() >= least && text.length() <= most && fill(text, 0, text.length());
    }

    /// Whether all characters of `text` from `begin` on and before `end` are of these.
    public boolean fill(String text, int begin, int end) {
        for (int i = begin; i < end; i++) {
            char c = text.charAt(i);
            if (c >= COUNT || !has[c]) return false;
        }
        return true;
    }
}
