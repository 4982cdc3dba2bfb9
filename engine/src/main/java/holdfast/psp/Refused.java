package holdfast.psp;

/// Ends a request that makes no sense as it stands.
final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient StripeError error;

    Refused(StripeError error) {
        super(error.message(), null, false, false);
        this.error = error;
    }

    StripeError error() {
        return error;
    }
}
