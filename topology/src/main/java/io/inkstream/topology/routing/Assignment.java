package io.inkstream.topology.routing;

import io.inkstream.schemas.avro.Provenance;

/**
 * Which version a document was planned for, and why: what the provenance of its lines says, so that it is known after a
 * restart too.
 *
 * @param model model id
 * @param sha256 of the bundle
 * @param policyRevision what decided, see {@link Route.To}
 */
public record Assignment(String model, String sha256, String policyRevision, String style) {

    /** Reads it from a line. */
    public static Assignment of(Provenance provenance) {
        return new Assignment(
                provenance.getModel(),
                provenance.getModelSha256(),
                provenance.getPolicyRevision(),
                provenance.getStyle());
    }
}
