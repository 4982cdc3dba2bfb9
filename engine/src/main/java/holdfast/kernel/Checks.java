package holdfast.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Locale.IsoCountryCode;
import java.util.Set;

/// Collects what is wrong with a request, all of it, before anything is refused.
///
/// Every check has a code for programs and a sentence for people; neither repeats the value.
public final class Checks {

    private static final Set<String> COUNTRIES = Locale.getISOCountries(IsoCountryCode.PART1_ALPHA2);
    private static final int NAME_LENGTH_MAX = 64;

    private final List<FieldError> errors = new ArrayList<>();

    /// Whether `name` can name a record of the catalog: 1 to 64 letters, digits and `. _ ~ : -`.
    public static boolean isName(String name) {
        return Ascii.NAME.spell(name, 1, NAME_LENGTH_MAX);
    }

    public Checks that(boolean holds, String field, String code, String message) {
        return that(holds, new FieldError(field, code, message));
    }

    public Checks that(boolean holds, FieldError otherwise) {
        if (!holds) errors.add(otherwise);
        return this;
    }

    public Checks between(long least, long most, String field, long value) {
        return that(least <= value && value <= most, field, "out_of_range", "From " + least + " to " + most);
    }

    /// An amount that nobody owes: from 0 to [Money#MINOR_MAX].
    public Checks amount(String field, Money amount) {
        return between(0, Money.MINOR_MAX, field + ".amount", amount.minor());
    }

    /// One line of text: not blank, at most `lengthMax` characters, nothing that is not a character.
    public Checks text(String field, String text, int lengthMax) {
        that(!text.isBlank(), field, "required", "Must not be blank");
        that(
                text.codePointCount(0, text.length()) <= lengthMax,
                field,
                "too_long",
                "At most " + lengthMax + " characters");
        return that(isClean(text), field, "malformed", "Must not contain control characters");
    }

    /// A short code for programs, as [#isName] has it.
    public Checks name(String field, String name) {
        return that(isName(name), field, "malformed", "Must be 1 to 64 of A-Z a-z 0-9 . _ ~ : -");
    }

    public Checks country(String field, String country) {
        return that(COUNTRIES.contains(country), field, "unknown", "Must be an ISO 3166-1 alpha-2 country code");
    }

    public List<FieldError> errors() {
        return List.copyOf(errors);
    }

    /// Whether nothing was wrong.
    public boolean pass() {
        return errors.isEmpty();
    }

    /// Throws one [Refusal] that names everything that was wrong; returns if nothing was.
    public void refuse() {
        if (!errors.isEmpty()) throw Refusal.invalid(errors);
    }

    /// Neither control characters, NUL among them, nor halves of a surrogate pair, which no UTF-8 can carry.
    private static boolean isClean(String text) {
        return text.codePoints().noneMatch(c -> switch (Character.getType(c)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                true;
            default -> false;
        });
    }
}
