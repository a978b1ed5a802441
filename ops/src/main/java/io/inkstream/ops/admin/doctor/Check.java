package io.inkstream.ops.admin.doctor;

/** Looks at one part of a deployment and changes nothing. */
public interface Check {
    /** Name of the part, as the findings have it. */
    String part();

    /** Whether it is in vain while no broker answers. */
    default boolean needsBrokers() {
        return true;
    }

    /**
     * Looks.
     *
     * @param findings takes what is found, one at least
     * @throws Exception if it cannot be looked at; that is a finding, too
     */
    void look(Findings findings) throws Exception;
}
