package holdfast.kernel;

/// Finds card numbers, which must never reach us.
///
/// A card number has 13 to 19 digits, single blanks and dashes aside, adjoins neither letters nor further
/// digits, begins and is as long as one brand's numbers are, and passes the Luhn check. A UUID is none,
/// whatever its digits; nor is an EAN, or a telephone number that begins with a plus sign.
public final class CardNumbers {

    private static final int DIGITS_MIN = 13;
    private static final int DIGITS_MAX = 19;
    private static final int PHONE_DIGITS_MAX = 14;
    private static final int UUID_LENGTH = 36;

    private CardNumbers() {}

    public static boolean appearsIn(CharSequence text) {
        if (text.length() < DIGITS_MIN) return false;
        for (int at = 0; at < text.length(); at++) {
            boolean beginning = Character.digit(text.charAt(at), 16) >= 0 && !isLetterOrDigit(text, at - 1);
            if (!beginning) continue;
            if (isUuidAt(text, at)) {
                at += UUID_LENGTH - 1;
            } else if (beginsAt(text, at)) {
                return true;
            }
        }
        return false;
    }

    /// Whether a card number begins here: reads group by group, and looks at the end of each.
    private static boolean beginsAt(CharSequence text, int start) {
        if (!isDigit(text, start)) return false;
        boolean plus = start > 0 && text.charAt(start - 1) == '+';
        var digits = new StringBuilder(DIGITS_MAX);
        for (int at = start; digits.length() < DIGITS_MAX; at++) {
            if (isDigit(text, at)) {
                digits.append(Character.digit(text.charAt(at), 10));
                boolean phone = plus && digits.length() <= PHONE_DIGITS_MAX;
                if (!phone && !isLetterOrDigit(text, at + 1) && isCardNumber(digits)) return true;
            } else if (!isSeparator(text, at) || !isDigit(text, at + 1)) {
                return false;
            }
        }
        return false;
    }

    private static boolean isCardNumber(CharSequence digits) {
        return digits.length() >= DIGITS_MIN && isOfABrand(digits) && passesLuhn(digits) && !isEan(digits);
    }

    private static boolean isOfABrand(CharSequence digits) {
        int length = digits.length();
        int six = number(digits, 6);
        int four = six / 100;
        int three = four / 10;
        int two = three / 10;
        boolean visa = two / 10 == 4 && (length == 13 || length == 16 || length == 19);
        boolean mastercard = (within(two, 51, 55) || within(four, 2221, 2720)) && length == 16;
        boolean amex = (two == 34 || two == 37) && length == 15;
        boolean discover = (four == 6011 || within(three, 644, 649) || two == 65) && length >= 16;
        boolean diners = (within(three, 300, 305) || two == 36 || two == 38) && length == 14;
        boolean jcb = within(four, 3528, 3589) && length >= 16;
        boolean unionPay = two == 62 && length >= 16;
        boolean maestro = four == 5018 || four == 5020 || four == 5038 || four == 5893 || four == 6304 || two == 67;
        return visa || mastercard || amex || discover || diners || jcb || unionPay || maestro;
    }

    private static boolean passesLuhn(CharSequence digits) {
        int sum = 0;
        for (int fromEnd = 0; fromEnd < digits.length(); fromEnd++) {
            int digit = digitFromEnd(digits, fromEnd);
            int weighed = fromEnd % 2 == 0 ? digit : 2 * digit;
            sum += weighed > 9 ? weighed - 9 : weighed;
        }
        return sum % 10 == 0;
    }

    /// Thirteen digits with an EAN's check digit. Visa has long given up numbers of that length, and a tenth
    /// of all EANs that begin with 4, from Germany or Japan, would pass for one.
    private static boolean isEan(CharSequence digits) {
        if (digits.length() != 13) return false;
        int sum = 0;
        for (int fromEnd = 0; fromEnd < digits.length(); fromEnd++) {
            int digit = digitFromEnd(digits, fromEnd);
            sum += fromEnd % 2 == 0 ? digit : 3 * digit;
        }
        return sum % 10 == 0;
    }

    private static boolean isUuidAt(CharSequence text, int start) {
        if (start + UUID_LENGTH > text.length() || text.charAt(start + 8) != '-') return false;
        for (int i = 0; i < UUID_LENGTH; i++) {
            char c = text.charAt(start + i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : Character.digit(c, 16) < 0) return false;
        }
        return !isLetterOrDigit(text, start + UUID_LENGTH);
    }

    private static int number(CharSequence digits, int length) {
        return Integer.parseInt(digits, 0, length, 10);
    }

    private static int digitFromEnd(CharSequence digits, int fromEnd) {
        return digits.charAt(digits.length() - 1 - fromEnd) - '0';
    }

    private static boolean within(int number, int least, int most) {
        return least <= number && number <= most;
    }

    private static boolean isDigit(CharSequence text, int at) {
        return at >= 0 && at < text.length() && Character.isDigit(text.charAt(at));
    }

    private static boolean isLetterOrDigit(CharSequence text, int at) {
        return at >= 0 && at < text.length() && Character.isLetterOrDigit(text.charAt(at));
    }

    private static boolean isSeparator(CharSequence text, int at) {
        if (at >= text.length()) return false;
        char c = text.charAt(at);
        return Character.isSpaceChar(c) || c == '\t' || Character.getType(c) == Character.DASH_PUNCTUATION || c == '−';
    }
}
