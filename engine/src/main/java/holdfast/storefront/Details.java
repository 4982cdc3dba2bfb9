package holdfast.storefront;

import holdfast.catalog.DiscountCode;
import holdfast.checkout.Changes;
import holdfast.checkout.Checkout;
import holdfast.kernel.Address;
import holdfast.kernel.Checks;
import holdfast.kernel.Email;
import holdfast.pages.Form;
import holdfast.pages.FormErrors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What was typed into a checkout, and what can be made of it.
///
/// @param typed by field, for the page that shows it again
/// @param email null: not typed, or none
/// @param address null: not whole yet
/// @param option null: none was chosen
/// @param codes with the one that was just typed
record Details(
        Map<String, String> typed,
        FormErrors errors,
        @Nullable Email email,
        @Nullable Address address,
        @Nullable String option,
        List<String> codes) {

    private static final int TEXT_LENGTH_MAX = 200;
    private static final List<String> FIELDS = List.of(
            "email", "name", "company", "line1", "line2", "postal_code", "city", "region", "country", "phone", "code");

    /// @param whole whether everything has to be there
    static Details read(Form form, boolean whole) {
        var errors = new FormErrors();
        var typed = new LinkedHashMap<String, String>();
        for (String field : FIELDS) typed.put(field, form.text(field));
        Email email = email(form, whole, errors);
        Address address = address(form, whole, errors);
        return new Details(typed, errors, email, address, form.textOrNull("shipping_option"), codes(form));
    }

    /// As it stands in the checkout.
    static Details of(Checkout checkout) {
        var typed = new LinkedHashMap<String, String>();
        for (String field : FIELDS) typed.put(field, "");
        if (checkout.email() != null) typed.put("email", checkout.email().address());
        Address address = checkout.shippingAddress();
        if (address != null) {
            typed.put("name", address.name());
            typed.put("company", orEmpty(address.company()));
            typed.put("line1", address.line1());
            typed.put("line2", orEmpty(address.line2()));
            typed.put("postal_code", orEmpty(address.postalCode()));
            typed.put("city", address.city());
            typed.put("region", orEmpty(address.region()));
            typed.put("country", address.country());
            typed.put("phone", orEmpty(address.phone()));
        }
        return new Details(typed, new FormErrors(), checkout.email(), address, null, checkout.discountCodes());
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static @Nullable Email email(Form form, boolean whole, FormErrors errors) {
        String text = form.text("email");
        if (Email.isValid(text)) return Email.of(text);
        if (whole || !text.isEmpty()) {
            errors.add("email", text.isEmpty() ? "We need it for the order." : "This is not an e-mail address.");
        }
        return null;
    }

    private static @Nullable Address address(Form form, boolean whole, FormErrors errors) {
        var checks = new FormErrors();
        String name = text(form, "name", "Who is it for?", checks);
        String line1 = text(form, "line1", "Street and number, please.", checks);
        String city = text(form, "city", "Which town?", checks);
        String country = form.text("country").toUpperCase(Locale.ROOT);
        if (!new Checks().country("country", country).pass()) checks.add("country", "Choose a country.");
        boolean hasRegions = Countries.hasRegions(country);
        String region = form.textOrNull("region");
        if (hasRegions && region == null) checks.add("region", "Which state?");
        if (hasRegions && form.text("postal_code").isEmpty()) checks.add("postal_code", "The ZIP code, please.");
        for (String optional : List.of("company", "line2", "postal_code", "region", "phone")) {
            if (form.has(optional) && !form.text(optional).isEmpty()) text(form, optional, "", checks);
        }
        if (checks.isEmpty()) {
            return new Address(
                    name,
                    form.textOrNull("company"),
                    line1,
                    form.textOrNull("line2"),
                    city,
                    region == null ? null : region.toUpperCase(Locale.ROOT),
                    form.textOrNull("postal_code"),
                    country,
                    form.textOrNull("phone"));
        }
        if (whole) checks.all().forEach(errors::add);
        return null;
    }

    private static String text(Form form, String field, String missing, FormErrors errors) {
        String text = form.text(field);
        if (text.isEmpty()) {
            errors.add(field, missing);
        } else if (!new Checks().text(field, text, TEXT_LENGTH_MAX).pass()) {
            errors.add(field, "At most " + TEXT_LENGTH_MAX + " characters, please.");
        }
        return text;
    }

    private static List<String> codes(Form form) {
        String removed = form.text("remove_code");
        var codes = new ArrayList<String>();
        for (String code : form.all("codes")) {
            if (!code.equals(removed)) codes.add(code);
        }
        String typed = DiscountCode.spelled(form.text("code"));
        if (!typed.isEmpty() && !codes.contains(typed)) codes.add(typed);
        return codes;
    }

    String value(String field) {
        return typed.getOrDefault(field, "");
    }

    /// Whether there is a code that the checkout does not have yet.
    boolean triesCode(Checkout before) {
        return !before.discountCodes().containsAll(codes);
    }

    Details withoutTriedCode(Checkout before) {
        return new Details(
                typed,
                errors,
                email,
                address,
                option,
                codes.stream().filter(before.discountCodes()::contains).toList());
    }

    /// What is to change about a checkout; null: nothing.
    @Nullable
    Changes changes(Checkout before) {
        boolean newEmail = email != null && !email.equals(before.email());
        boolean newAddress = address != null && !address.equals(before.shippingAddress());
        String chosen = before.shipping() == null ? null : before.shipping().option();
        boolean newOption = option != null && !Objects.equals(option, chosen);
        boolean newCodes = !codes.equals(before.discountCodes());
        if (!newEmail && !newAddress && !newOption && !newCodes) return null;
        return new Changes(
                newEmail ? email : null,
                newAddress ? address : null,
                newOption ? option : null,
                newCodes ? codes : null,
                null);
    }
}
