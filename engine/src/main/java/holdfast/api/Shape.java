package holdfast.api;

/// What a value of a request must look like, and what becomes of it.
///
/// Of a value that does not fit, a shape notes what is wrong and returns a stand-in of the right type, so that
/// reading goes on and finds everything else that is wrong. [Fields#read] makes sure that no stand-in gets any
/// further.
@FunctionalInterface
interface Shape<T> {

    T read(Value value);

    /// A value, where it is, and where to note what is wrong with it.
    record Value(Json json, Path path, FieldErrors errors) {

        /// Notes what is wrong, and returns the stand-in.
        <T> T refuse(T standIn, String code, String message) {
            errors.add(path, code, message);
            return standIn;
        }
    }

    /// The stand-in for a value that is not there.
    default T standIn() {
        return read(new Value(new Json.Null(), Path.BODY, new FieldErrors()));
    }
}
