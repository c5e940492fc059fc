/**
 * A line as rows of at most `columns` characters, broken at blanks, the rows after the first a little further in.
 * A word that is longer than a row is left to the terminal.
 */
export declare function wrapWords(line: string, columns: number): string[]
