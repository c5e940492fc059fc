/**
 * So long a guest runs on its host before anybody moves it on, measured with it: the pages that it touches for the first time there
 * count as dirty. An idle guest of 288 MiB that is moved again at once sends 497 MiB, and 273 MiB after twelve seconds (software
 * KVM). Landfall's probe alone would have let it settle, and its peers would not. A larger guest of the matrix
 * settles for longer.
 */
export const settledMs = 12_000
