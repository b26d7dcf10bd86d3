import { SearchIndex } from '../../catalogue/search/search-index.js';
import type { DatabaseConfig } from '../../config/database-config.js';
import { openDataSource } from '../../database/connect.js';
import { dataSourceOptions } from '../../database/data-source-options.js';
import { Database } from '../../database/database.js';

/** As the server builds it, on connections of its own. */
export async function rebuildSearchIndex(database: DatabaseConfig, semesterId: number): Promise<void> {
  const dataSource = await openDataSource(dataSourceOptions({ ...database, poolSize: 2 }), database);
  try {
    await new SearchIndex(new Database(dataSource)).rebuild(semesterId);
  } finally {
    await dataSource.destroy();
  }
}
