package io.inkstream.topology.flow;

/** Names of the topology's nodes and stores. Changelog topics are named after the stores: another name is another store. */
public final class NodeNames {
    /** Source of text documents. */
    public static final String READ_TEXTS = "read-texts";
    /** Plans documents and has their lines drawn. */
    public static final String RENDER_DOCUMENTS = "render-documents";
    /** Sink of line images. */
    public static final String WRITE_LINES = "write-lines";
    /** Puts the lines of a page together. */
    public static final String ASSEMBLE_PAGES = "assemble-pages";
    /** Sink of page images. */
    public static final String WRITE_PAGES = "write-pages";
    /** Sink of what shadow versions made of lines. */
    public static final String WRITE_SHADOW_REPORTS = "write-shadow-reports";
    /** Sink of unusable input. */
    public static final String WRITE_DEAD_LETTERS = "write-dead-letters";

    /** Unfinished documents as they came: persistent, since documents may wait for long; logged, being the only copy. */
    public static final String DOCUMENTS = "documents";
    /** Lines that are planned and not emitted: persistent and logged, so that a restart sends them again. */
    public static final String LINES = "lines";
    /** Images of the lines of unfinished pages: persistent, since pages are large; logged, their lines being emitted. */
    public static final String PAGE_LINES = "page-lines";

    /** Which texts were taken: persistent and logged, being what is known when the group's offsets are forgotten. */
    public static final String PROGRESS = "progress";

    private NodeNames() {}
}
