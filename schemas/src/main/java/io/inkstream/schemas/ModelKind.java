package io.inkstream.schemas;

import io.inkstream.schemas.avro.ModelAnnouncement;

/** What a model version does, as its announcement says. Who reads announcements ignores those of kinds that are not its own. */
public enum ModelKind {
    /** Draws, on model servers. */
    HANDWRITING("handwriting"),
    /** Writes text; no server loads it. */
    LANGUAGE("language");

    private final String label;

    ModelKind(String label) {
        this.label = label;
    }

    /** The word for it in announcements. */
    public String label() {
        return label;
    }

    /** Whether the announced version is of this kind; one of a release that knew no kinds draws. */
    public boolean is(ModelAnnouncement announcement) {
        return label.equals(announcement.getKind());
    }
}
