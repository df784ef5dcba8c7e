// pm2 start ecosystem.config.cjs
// pm2 reload kennel
module.exports = {
  apps: [
    {
      name: 'kennel',
      cwd: __dirname,
      // In your project: 'dist/main.js'
      script: '../../dist-examples/pm2/main.js',
      exec_mode: 'cluster',
      instances: 4,
    },
  ],
};
