package io.inkstream.ops.stack;

/** The processes of a stack. */
public enum Part {
    BROKER("broker"),
    REGISTRY("registry"),
    MODEL_SERVER("model-server"),
    TOPOLOGY("topology");

    private final String label;

    Part(String label) {
        this.label = label;
    }

    /** Name of the process for people, of its log file and of its directory. */
    public String label() {
        return label;
    }
}
