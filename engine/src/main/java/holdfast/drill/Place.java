package holdfast.drill;

/// Where a line stands, as an editor shows it.
///
/// @param file as it was given on the command line
/// @param line counted from 1, the header line included
record Place(String file, long line) {

    @Override
    public String toString() {
        return file + ":" + line;
    }
}
